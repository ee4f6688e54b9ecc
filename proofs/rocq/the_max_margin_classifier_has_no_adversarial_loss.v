(* S4: under the adversarial loss the max-margin classifier has no risk below half the gap, and there alone. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_max_margin_classifier_has_no_adversarial_loss_is_refuted :
  (forall E gap : R, 0 < E -> 0 < gap -> (E = gap / 2 \/ E > gap / 2 \/ E < gap / 2)) /\
  (
  exists E gap : R, 0 < E /\ 0 < gap /\ ((E < gap / 2 -> 0 <> 0) /\ (E >= gap / 2 /\ E > gap / 2 -> 1 <> 0) /\
    (E = gap / 2 /\ E >= gap / 2 /\ E <= gap / 2 -> 1 / 2 <> 0))).
Proof.
  split.
  - intros. lra.
  - exists 1, 1. repeat split; intros; lra.
Qed.

Theorem the_max_margin_classifier_has_no_adversarial_loss_exactly_when :
  forall E gap : R,
  0 < E -> 0 < gap ->
  (E = gap / 2 \/ E > gap / 2 \/ E < gap / 2) /\
  (
  gap / 2 > E <-> (E < gap / 2 -> 0 = 0) /\ (E >= gap / 2 /\ E > gap / 2 -> 1 = 0) /\ (E = gap / 2 /\ E >= gap /
    2 /\ E <= gap / 2 -> 1 / 2 = 0)).
Proof.
  intros E gap. split. lra. split.
  - intros; repeat split; intros; lra.
  - intros (_ & above & at_half). destruct (Rtotal_order E (gap / 2)) as [|[]]; trivial.
    + assert (1 / 2 = 0) by (apply at_half; lra). lra.
    + assert (1 = 0) by (apply above; lra). lra.
Qed.
