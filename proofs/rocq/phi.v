(* The normal cdf of integrals.v: its integral exists, it is positive, and it increases. *)

From Coq Require Import Reals Lra.
From symadv Require Import words integrals lemmas.

Definition phi (t : R) : R := normal t 0 1.

Lemma phi_positive (t : R) : 0 < phi t.
Proof. apply normal_positive. Qed.

Lemma phi_continuous (t : R) : continuous phi t.
Proof.
  apply (ex_derive_continuous (K := R_AbsRing) (V := R_NormedModule)). unfold phi, normal. auto_derive.
  repeat split; trivial; try lra.
Qed.

Lemma phi_integrable (a b : R) : ex_RInt phi a b.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros. apply phi_continuous. Qed.

Lemma phi_integral_positive (a b : R) : a < b -> 0 < RInt phi a b.
Proof. intro. apply RInt_gt_0; auto using phi_positive, phi_continuous. Qed.

Lemma phi_split (a b c : R) : RInt phi a c = RInt phi a b + RInt phi b c.
Proof. symmetry. apply (RInt_Chasles phi); apply phi_integrable. Qed.

Lemma phi_grows (a b c : R) : a <= b -> RInt phi b c <= RInt phi a c.
Proof.
  intros [less | ->]; [| lra]. rewrite (phi_split a b c). pose proof (phi_integral_positive a b less). lra.
Qed.

(* Below an exponential function, whose integral from minus infinity is finite. *)
Lemma phi_below (t : R) : phi t <= exp (t + 1 / 2).
Proof.
  unfold phi. rewrite normal_one. pose proof root_of_two_pi_above. pose proof (exp_pos (- (t - 0) ^ 2 / 2)).
  apply Rle_trans with (exp (- (t - 0) ^ 2 / 2)).
  - apply Rmult_le_reg_r with (sqrt (2 * PI)). lra. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. nra.
  - destruct (Rle_lt_or_eq_dec (- (t - 0) ^ 2 / 2) (t + 1 / 2)) as [less | ->].
    + pose proof (pow2_ge_0 (t + 1)). nra.
    + left. now apply exp_increasing.
    + lra.
Qed.

Lemma exponential_integral (a b : R) : is_RInt (fun t => exp (t + 1 / 2)) a b (exp (b + 1 / 2) - exp (a + 1 / 2)).
Proof.
  apply (is_RInt_derive (fun t => exp (t + 1 / 2))).
  - intros t _. auto_derive; trivial. ring.
  - intros t _. apply (ex_derive_continuous (K := R_AbsRing) (V := R_NormedModule)). auto_derive. trivial.
Qed.

Lemma phi_bounded (a z : R) : RInt phi a z <= exp (z + 1 / 2).
Proof.
  destruct (Rle_or_lt a z) as [order | order].
  - apply Rle_trans with (RInt (fun t => exp (t + 1 / 2)) a z).
    + apply RInt_le; trivial. apply phi_integrable. eexists. apply exponential_integral.
      intros. apply phi_below.
    + rewrite (is_RInt_unique _ _ _ _ (exponential_integral a z)). pose proof (exp_pos (a + 1 / 2)). lra.
  - assert (swapped : RInt phi a z = - RInt phi z a) by (symmetry; apply (opp_RInt_swap phi), phi_integrable).
    pose proof (phi_integral_positive z a order). pose proof (exp_pos (z + 1 / 2)). lra.
Qed.

Lemma phi_limit_exists (z : R) :
  exists l : R, filterlim (fun a => RInt phi a z) (Rbar_locally m_infty) (locally l).
Proof.
  assert (steps : forall n : nat, RInt phi (- INR n) z <= RInt phi (- INR (S n)) z).
  { intro n. apply phi_grows. rewrite S_INR. lra. }
  destruct (ex_finite_lim_seq_incr (fun n => RInt phi (- INR n) z) (exp (z + 1 / 2)) steps) as [l limit].
  { intro. apply phi_bounded. }
  exists l. apply filterlim_locally. intro eps.
  assert (below : forall a, RInt phi a z <= l).
  { intro a. destruct (nfloor_ex (Rmax 0 (- a)) (Rmax_l 0 (- a))) as [n [_ far]]. pose proof (Rmax_r 0 (- a)).
    apply Rle_trans with (RInt phi (- INR (S n)) z). apply phi_grows. rewrite S_INR. lra.
    apply (is_lim_seq_incr_compare (fun n => RInt phi (- INR n) z)); trivial. }
  apply is_lim_seq_spec in limit. destruct (limit eps) as [N near].
  exists (- INR N). intros a far. specialize (near N (le_n N)).
  assert (more : RInt phi (- INR N) z <= RInt phi a z) by (apply phi_grows; lra).
  specialize (below a). change (Rabs (RInt phi a z - l) < eps). apply Rabs_def2 in near as [high low].
  pose proof (cond_pos eps). apply Rabs_def1; lra.
Qed.

Lemma Phi_is_the_limit (z : R) : filterlim (fun a => RInt phi a z) (Rbar_locally m_infty) (locally (Phi z)).
Proof.
  destruct (phi_limit_exists z) as [l limit].
  assert (same : is_RInt_gen phi (Rbar_locally m_infty) (at_point z) l).
  { intros P near. unfold filtermapi. apply (Filter_prod _ _ _ (fun a => P (RInt phi a z)) (fun b => b = z)).
    - now apply limit.
    - reflexivity.
    - intros a b good ->. exists (RInt phi a z). split; trivial.
      apply (RInt_correct (V := R_CompleteNormedModule)), phi_integrable. }
  replace (Phi z) with l; trivial. symmetry. now apply is_RInt_gen_unique.
Qed.

Lemma Phi_exists (z : R) : ex_RInt_gen phi (Rbar_locally m_infty) (at_point z).
Proof.
  exists (Phi z). intros P near. apply (Filter_prod _ _ _ (fun a => P (RInt phi a z)) (fun b => b = z)).
  - now apply Phi_is_the_limit.
  - reflexivity.
  - intros a b good ->. exists (RInt phi a z). split; trivial.
    apply (RInt_correct (V := R_CompleteNormedModule)), phi_integrable.
Qed.

Lemma Phi_split (x y : R) : Phi y = Phi x + RInt phi x y.
Proof.
  apply (filterlim_locally_unique (fun a => RInt phi a y) (F := Rbar_locally m_infty)).
  - apply Phi_is_the_limit.
  - apply filterlim_ext with (fun a => RInt phi a x + RInt phi x y).
    + intro a. symmetry. apply phi_split.
    + refine (filterlim_comp_2 (G := locally (Phi x)) (H := locally (RInt phi x y))
        (fun a => RInt phi a x) (fun _ => RInt phi x y) Rplus _ _ _).
      apply Phi_is_the_limit. apply filterlim_const. apply (filterlim_plus (V := R_NormedModule)).
Qed.

Lemma Phi_increases (x y : R) : x < y -> Phi x < Phi y.
Proof. intro less. rewrite (Phi_split x y). pose proof (phi_integral_positive x y less). lra. Qed.

Lemma Phi_not_negative (z : R) : 0 <= Phi z.
Proof.
  apply (filterlim_le (F := Rbar_locally m_infty) (fun _ => 0) (fun a => RInt phi a z) 0 (Phi z)).
  - exists z. intros a less. left. now apply phi_integral_positive.
  - apply filterlim_const.
  - apply Phi_is_the_limit.
Qed.

Lemma Phi_positive (z : R) : 0 < Phi z.
Proof. pose proof (Phi_not_negative (z - 1)). pose proof (Phi_increases (z - 1) z). lra. Qed.
