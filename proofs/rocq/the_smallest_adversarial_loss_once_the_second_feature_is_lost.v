(* T10: once the budget moves x2 as far as its mean, it says nothing, and x1 alone loses min(p, 1 - p). *)

From Coq Require Import Reals Lra.
From symadv Require Import words lemmas.

Theorem the_smallest_adversarial_loss_once_the_second_feature_is_lost :
  forall E1 E2 eta p x2 : R,
  0 < E1 -> 0 < E2 -> 0 < eta -> 0 < p -> p < 1 ->
  (eta <= E2 -> (E1 < 1 -> (E1 = 1 \/ E1 > 1 \/ E1 < 1)) /\ 1 - p <> 0) /\
  (
  eta <= E2 ->
  1 / 2 = 1 / 2 /\ (E1 < 1 -> (E1 > 1 -> 1 = p) /\ (E1 <= 1 /\ E1 < 1 -> p = p) /\ (E1 = 1 /\ E1 >= 1 /\ E1 <= 1
    -> (p + 1) / 2 = p)) /\ (1 / 2 - p / 2) * normal (eta + x2) eta 1 = (1 - p) * normal (- eta + x2) (- eta) 1
    / 2 /\ normal (eta + x2) eta 1 * p / 2 = (1 / 2 - p / 2) * normal (- eta + x2) (- eta) 1 * p / (1 - p) /\
    (E1 < 1 -> (E1 > 1 -> 1 = 1 - p) /\ (E1 <= 1 /\ E1 < 1 -> 1 - p = 1 - p) /\ (E1 = 1 /\ E1 >= 1 /\ E1 <= 1 ->
    - (p - 2) / 2 = 1 - p)) /\ normal (eta + x2) eta 1 * p / 2 + (1 / 2 - p / 2) * normal (eta + x2) eta 1 =
    normal (- eta + x2) (- eta) 1 * p / 2 + (1 / 2 - p / 2) * normal (- eta + x2) (- eta) 1).
Proof.
  intros E1 E2 eta p x2 ? ? ? ? ?. split. intros; lra. intros.
  assert (same : normal (eta + x2) eta 1 = normal (- eta + x2) (- eta) 1).
  { rewrite !normal_one. replace (- eta + x2 - - eta) with (eta + x2 - eta) by ring. reflexivity. }
  rewrite same. repeat split; intros; try lra; field; lra.
Qed.
