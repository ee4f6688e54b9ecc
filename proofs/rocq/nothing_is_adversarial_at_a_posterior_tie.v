From symadv Require Import words lemmas.

Theorem nothing_is_adversarial_at_a_posterior_tie :
  forall eta p x1 x2 : R,
  0 < eta -> 0 < p -> p < 1 ->
  1 - p <> 0 /\ 0 < p / (1 - p) /\
  (
  (x1 = - 1 \/ x1 = 1) /\ 2 * x2 * eta + x1 * ln (p / (1 - p)) = 0 -> ~ (x1 > 0 /\ 2 * x2 * eta + ln (p / (1 -
    p)) > 0 \/ x1 > 0 /\ 2 * x2 * eta + ln (p / (1 - p)) < 0 \/ x1 < 0 /\ 2 * x2 * eta - ln (p / (1 - p)) > 0 \/
    x1 < 0 /\ 2 * x2 * eta - ln (p / (1 - p)) < 0 \/ x1 = 0 /\ 2 * x2 * eta + ln (p / (1 - p)) > 0 /\ 2 * x2 *
    eta - ln (p / (1 - p)) > 0 \/ x1 = 0 /\ 2 * x2 * eta + ln (p / (1 - p)) < 0 /\ 2 * x2 * eta - ln (p / (1 -
    p)) < 0)).
Proof.
  intros eta p x1 x2 eta_positive p_positive p_below. split. is_defined. split. is_defined.
  intros [[-> | ->] tie]; lra.
Qed.
