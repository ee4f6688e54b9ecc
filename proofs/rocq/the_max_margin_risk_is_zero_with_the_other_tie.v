(* S9: with label -1 at the threshold the label-invariant risk is 0 below half the gap, and there alone. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_max_margin_risk_is_zero_with_the_other_tie_is_refuted :
  exists E gap : R, 0 < E /\ 0 < gap /\ ((E >= gap / 2 -> 1 / 2 <> 0) /\ (E < gap / 2 -> 0 <> 0)).
Proof.
  exists 1, 1. repeat split; intros; lra.
Qed.

Theorem the_max_margin_risk_is_zero_with_the_other_tie_exactly_when :
  forall E gap : R,
  0 < E -> 0 < gap ->
  gap / 2 > E <-> (E >= gap / 2 -> 1 / 2 = 0) /\ (E < gap / 2 -> 0 = 0).
Proof.
  intros E gap. split.
  - intros; split; intros; lra.
  - intros (from_half & _). apply Rnot_le_gt. intro less. assert (1 / 2 = 0) by (apply from_half; lra). lra.
Qed.
