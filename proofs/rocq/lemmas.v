(* What several proofs use: signs, densities at a shift, log-odds against a threshold. *)

From Coq Require Export Reals Lra Psatz.
From symadv Require Import words.

Lemma odds_positive (p : R) : 0 < p -> p < 1 -> 0 < p / (1 - p).
Proof. intros. apply Rdiv_lt_0_compat; lra. Qed.

Lemma exp_below_one (a : R) : a < 0 -> exp a < 1.
Proof. intros. rewrite <- exp_0. now apply exp_increasing. Qed.

Lemma exp_two : exp 2 <= 9.
Proof. replace 2 with (1 + 1) by ring. rewrite exp_plus. pose proof exp_le_3. pose proof (exp_pos 1). nra. Qed.

Lemma ln_above_two (a : R) : 9 < a -> 2 < ln a.
Proof. intros. rewrite <- (ln_exp 2). apply ln_increasing. apply exp_pos. pose proof exp_two. lra. Qed.

Lemma ln_from_two (a : R) : 9 <= a -> 2 <= ln a.
Proof.
  intros. apply Rnot_lt_le. intro less. apply exp_increasing in less. rewrite exp_ln in less by lra.
  pose proof exp_two. lra.
Qed.

Lemma within (x r : R) : Rabs x <= r -> - r <= x <= r.
Proof. intro. pose proof (Rle_abs x). pose proof (Rle_abs (- x)). rewrite Rabs_Ropp in *. lra. Qed.

Lemma sqrt_pi_positive : 0 < sqrt PI.
Proof. apply sqrt_lt_R0, PI_RGT_0. Qed.

(* That terms are defined: denominators, logarithms of the odds, roots of pi. *)
Ltac is_defined :=
  intros;
  match goal with
  | |- _ /\ _ => split; is_defined
  | |- 0 < PI => apply PI_RGT_0
  | |- 0 < ?p / (1 - ?p) => apply odds_positive; lra
  | |- 1 + exp ?a <> 0 => pose proof (exp_pos a); lra
  | |- _ => lra
  end.

Lemma normal_one (x mean : R) : normal x mean 1 = exp (- (x - mean) ^ 2 / 2) / sqrt (2 * PI).
Proof. unfold normal. replace (2 * 1 ^ 2) with 2 by ring. now rewrite Rmult_1_l. Qed.

Lemma root_of_two_pi : 0 < sqrt (2 * PI).
Proof. apply sqrt_lt_R0. pose proof PI_RGT_0. lra. Qed.

Lemma root_of_two_pi_above : 2 < sqrt (2 * PI).
Proof.
  replace 2 with (sqrt (2 * 2)) at 1 by (apply sqrt_square; lra).
  apply sqrt_lt_1_alt. pose proof PI2_1. lra.
Qed.

Lemma normal_positive (x mean : R) : 0 < normal x mean 1.
Proof. rewrite normal_one. apply Rdiv_lt_0_compat. apply exp_pos. apply root_of_two_pi. Qed.

Lemma normal_below (x a b : R) : normal x a 1 < normal x b 1 <-> (x - b) ^ 2 < (x - a) ^ 2.
Proof.
  rewrite !normal_one. pose proof root_of_two_pi. split; intro less.
  - apply Rmult_lt_reg_r in less; [| now apply Rinv_0_lt_compat]. apply exp_lt_inv in less. lra.
  - apply Rmult_lt_compat_r. now apply Rinv_0_lt_compat. apply exp_increasing. lra.
Qed.

(* At - eta the density of the mean eta is smaller than that of the mean - eta by this factor. *)
Lemma normal_across (eta : R) : normal (- eta) eta 1 = exp (- 2 * eta ^ 2) * normal (- eta) (- eta) 1.
Proof.
  rewrite !normal_one. replace (- (- eta - - eta) ^ 2 / 2) with 0 by field. rewrite exp_0.
  replace (- (- eta - eta) ^ 2 / 2) with (- 2 * eta ^ 2) by field. field.
  pose proof root_of_two_pi. lra.
Qed.

Lemma log_odds_below (p a : R) : 0 < p -> p < 1 -> ln (p / (1 - p)) < a <-> p < exp a / (1 + exp a).
Proof.
  intros low high. pose proof (exp_pos a). pose proof (odds_positive p low high).
  assert (same : p / (1 - p) < exp a <-> p < exp a / (1 + exp a)).
  { split; intro less.
    - apply Rmult_lt_reg_r with (1 + exp a). lra. field_simplify; try lra.
      apply (Rmult_lt_compat_r (1 - p)) in less; try lra. field_simplify in less; lra.
    - apply Rmult_lt_reg_r with (1 - p). lra. field_simplify; try lra.
      apply (Rmult_lt_compat_r (1 + exp a)) in less; try lra. field_simplify in less; lra. }
  rewrite <- same. split; intro less.
  - rewrite <- (exp_ln (p / (1 - p))) by assumption. now apply exp_increasing.
  - rewrite <- (ln_exp a). now apply ln_increasing.
Qed.

Lemma log_odds_at (p a : R) : 0 < p -> p < 1 -> ln (p / (1 - p)) = a <-> p = exp a / (1 + exp a).
Proof.
  intros low high. pose proof (exp_pos a). pose proof (odds_positive p low high). split; intro same.
  - rewrite <- same, exp_ln by assumption. field. lra.
  - rewrite same at 1. rewrite same at 1. rewrite <- (ln_exp a) at 5. f_equal. field. lra.
Qed.

Lemma log_odds_above (p a : R) : 0 < p -> p < 1 -> ln (p / (1 - p)) > a <-> p > exp a / (1 + exp a).
Proof.
  intros low high. destruct (log_odds_below p a low high), (log_odds_at p a low high).
  split; intro; apply Rnot_le_gt; intros [|]; intuition lra.
Qed.
