(* S1: the strongest perturbation of two samples may be the same. *)

From Coq Require Import Reals Lra Psatz.
From symadv Require Import words lemmas.

Theorem perturbations_show_random_noise_is_refuted :
  exists E delta1 delta2 epsilon1 epsilon2 w1 w2 x1 x2 z1 z2 : R, 0 < E /\ (w1 <> 0 /\ w2 <> 0 /\ Rabs delta1 <=
    E /\ Rabs delta2 <= E /\ Rabs epsilon1 <= E /\ Rabs epsilon2 <= E /\ (x1 <> z1 \/ x2 <> z2) /\ ~ (delta1 <>
    epsilon1 \/ delta2 <> epsilon2) /\ (delta1 + x1) * w1 + (delta2 + x2) * w2 <= (E + x1) * w1 + (E + x2) * w2
    /\ (epsilon1 + z1) * w1 + (epsilon2 + z2) * w2 <= (E + z1) * w1 + (E + z2) * w2 /\ (delta1 + x1) * w1 +
    (delta2 + x2) * w2 <= (- E + x1) * w1 + (E + x2) * w2 /\ (delta1 + x1) * w1 + (delta2 + x2) * w2 <= (E + x1)
    * w1 + (- E + x2) * w2 /\ (epsilon1 + z1) * w1 + (epsilon2 + z2) * w2 <= (- E + z1) * w1 + (E + z2) * w2 /\
    (epsilon1 + z1) * w1 + (epsilon2 + z2) * w2 <= (E + z1) * w1 + (- E + z2) * w2 /\ (delta1 + x1) * w1 +
    (delta2 + x2) * w2 <= (- E + x1) * w1 + (- E + x2) * w2 /\ (epsilon1 + z1) * w1 + (epsilon2 + z2) * w2 <= (-
    E + z1) * w1 + (- E + z2) * w2).
Proof.
  exists 1, 1, (- 1), 1, (- 1), (- 1), 1, 1, 0, 0, 0.
  repeat split; try lra; unfold Rabs; destruct Rcase_abs; lra.
Qed.

Theorem perturbations_show_random_noise_exactly_when :
  forall E delta1 delta2 epsilon1 epsilon2 w1 w2 x1 x2 z1 z2 : R,
  0 < E ->
  w1 <> 0 -> w2 <> 0 -> Rabs delta1 <= E -> Rabs delta2 <= E -> (delta1 + x1) * w1 + (delta2 + x2) * w2 <= (- E
    + x1) * w1 + (- E + x2) * w2 -> (delta1 + x1) * w1 + (delta2 + x2) * w2 <= (- E + x1) * w1 + (E + x2) * w2
    -> (delta1 + x1) * w1 + (delta2 + x2) * w2 <= (E + x1) * w1 + (- E + x2) * w2 -> (delta1 + x1) * w1 +
    (delta2 + x2) * w2 <= (E + x1) * w1 + (E + x2) * w2 -> Rabs epsilon1 <= E -> Rabs epsilon2 <= E -> (epsilon1
    + z1) * w1 + (epsilon2 + z2) * w2 <= (- E + z1) * w1 + (- E + z2) * w2 -> (epsilon1 + z1) * w1 + (epsilon2 +
    z2) * w2 <= (- E + z1) * w1 + (E + z2) * w2 -> (epsilon1 + z1) * w1 + (epsilon2 + z2) * w2 <= (E + z1) * w1
    + (- E + z2) * w2 -> (epsilon1 + z1) * w1 + (epsilon2 + z2) * w2 <= (E + z1) * w1 + (E + z2) * w2 -> x1 <>
    z1 \/ x2 <> z2 ->
  ~ (delta1 <> epsilon1 \/ delta2 <> epsilon2).
Proof.
  intros E d1 d2 e1 e2 w1 w2 x1 x2 z1 z2 ? not1 not2 near1 near2 a b c d near3 near4 e f g h _.
  apply within in near1, near2, near3, near4.
  assert (least : forall u v q r : R, 0 < q -> 0 < r -> 0 <= u -> 0 <= v -> u * q + v * r <= 0 -> u = 0 /\ v = 0)
    by (intros; split; nra).
  apply Rdichotomy in not1, not2. destruct not1, not2.
  - destruct (least (E - d1) (E - d2) (- w1) (- w2)), (least (E - e1) (E - e2) (- w1) (- w2)); lra.
  - destruct (least (E - d1) (E + d2) (- w1) w2), (least (E - e1) (E + e2) (- w1) w2); lra.
  - destruct (least (E + d1) (E - d2) w1 (- w2)), (least (E + e1) (E - e2) w1 (- w2)); lra.
  - destruct (least (E + d1) (E + d2) w1 w2), (least (E + e1) (E + e2) w1 w2); lra.
Qed.
