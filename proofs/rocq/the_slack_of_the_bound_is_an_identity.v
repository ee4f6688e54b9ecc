From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_slack_of_the_bound_is_an_identity :
  forall ma1 ma2 mb1 mb2 p : R,
  0 < p -> p < 1 ->
  1 - p <> 0 /\ 2 - 2 * p <> 0 /\
  (
  - (1 / 2 - p / 2) * ma1 - mb1 * p / 2 - (1 - ma2) * p / 2 + (- (1 / 2 - p / 2) * ma2 - mb2 * p / 2 - (1 - ma1)
    * p / 2 - (1 - mb1) * (1 / 2 - p / 2) + 1) * p / (1 - p) - (1 - mb2) * (1 / 2 - p / 2) = (2 * p - 1) * (ma1
    - mb2 + 1) / (2 - 2 * p)).
Proof.
  intros. split. lra. split. lra. field. lra.
Qed.
