From Coq Require Import Psatz.
From symadv Require Import words.

Theorem linearly_separable_for_every_gap :
  forall gap : R,
  0 < gap ->
  exists w b : R, b > 0 /\ b + w * gap < 0.
Proof.
  intros gap gap_positive. exists (- 2 / gap), 1. split. lra. field_simplify; lra.
Qed.
