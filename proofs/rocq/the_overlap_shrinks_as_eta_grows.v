From symadv Require Import words lemmas.

Theorem the_overlap_shrinks_as_eta_grows :
  forall eta : R,
  0 < eta ->
  0 < PI /\
  (
  - sqrt 2 * exp (- eta ^ 2 / 2) / sqrt PI < 0).
Proof.
  intros eta eta_positive. split. is_defined.
  assert (0 < sqrt 2 * exp (- eta ^ 2 / 2) / sqrt PI); [| lra].
  apply Rdiv_lt_0_compat. apply Rmult_lt_0_compat. apply Rlt_sqrt2_0. apply exp_pos. apply sqrt_pi_positive.
Qed.
