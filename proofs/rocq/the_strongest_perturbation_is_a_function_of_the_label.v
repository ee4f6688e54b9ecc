(* S1: a perturbation lowers an affine score by at most E times the 1-norm of the weights, one pattern alone by that. *)

From Coq Require Import Reals Lra Psatz.
From symadv Require Import words lemmas.

Theorem the_strongest_perturbation_is_a_function_of_the_label :
  forall E delta1 delta2 w1 w2 x1 x2 : R,
  0 < E ->
  Rabs delta1 <= E -> Rabs delta2 <= E ->
  - w1 * x1 + (delta1 + x1) * w1 - w2 * x2 + (delta2 + x2) * w2 <= (Rabs w1 + Rabs w2) * E /\ w1 * x1 - (delta1
    + x1) * w1 + w2 * x2 - (delta2 + x2) * w2 <= (Rabs w1 + Rabs w2) * E /\ (Rabs w1 * delta1 = w1 * E /\ Rabs
    w2 * delta2 = w2 * E <-> - w1 * x1 + (delta1 + x1) * w1 - w2 * x2 + (delta2 + x2) * w2 = (Rabs w1 + Rabs w2)
    * E) /\ (Rabs w1 * delta1 = - w1 * E /\ Rabs w2 * delta2 = - w2 * E <-> w1 * x1 - (delta1 + x1) * w1 + w2 *
    x2 - (delta2 + x2) * w2 = (Rabs w1 + Rabs w2) * E).
Proof.
  intros E delta1 delta2 w1 w2 x1 x2 ? near1 near2. apply within in near1, near2.
  assert (one : forall w delta : R, - E <= delta <= E -> Rabs w * E - w * delta >= 0 /\ Rabs w * E + w * delta >= 0 /\
    (Rabs w * E = w * delta <-> Rabs w * delta = w * E) /\ (Rabs w * E = - (w * delta) <-> Rabs w * delta = - w * E)).
  { intros w delta ?. unfold Rabs. destruct (Rcase_abs w); repeat split; intros; nra. }
  destruct (one w1 delta1 near1) as (up1 & down1 & tight1 & against1).
  destruct (one w2 delta2 near2) as (up2 & down2 & tight2 & against2).
  repeat split; try lra.
Qed.
