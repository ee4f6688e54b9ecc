From Coq Require Import Psatz.
From symadv Require Import words.

Theorem robust_accuracy_is_bounded_for_every_p_is_refuted :
  (forall a1 a2 b1 b2 delta p : R, 0 < delta -> delta < 1 -> 0 < p -> p < 1 -> (a1 * p / 2 + a2 * p / 2 + (1 -
    p) * b1 / 2 + (1 - p) * b2 / 2 >= 1 - delta -> 1 - p <> 0)) /\
  (
  exists a1 a2 b1 b2 delta p : R, 0 < delta /\ delta < 1 /\ 0 < p /\ p < 1 /\ (a1 >= 0 /\ a2 >= 0 /\ b1 >= 0 /\
    b2 >= 0 /\ a1 <= 1 /\ a2 <= 1 /\ b1 <= 1 /\ b2 <= 1 /\ ~ (a1 * p / 2 + a2 * p / 2 + (1 - p) * b1 / 2 + (1 -
    p) * b2 / 2 >= 1 - delta -> (1 - b1) * p / 2 + (1 - b2) * p / 2 + (1 - a1) * (1 - p) / 2 + (1 - a2) * (1 -
    p) / 2 <= delta * p / (1 - p)))).
Proof.
  split. intros; lra.
  exists 0, 0, 0, (1 / 2), (6 / 7), (1 / 3). repeat split; try lra.
Qed.
