From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_projection_is_unique_is_refuted :
  exists gap x : R, 0 < gap /\ gap - 2 * x = 0.
Proof.
  exists 2, 1. lra.
Qed.

Theorem the_projection_is_unique_exactly_when :
  forall gap x : R,
  0 < gap ->
  x <> gap / 2 <-> gap - 2 * x <> 0.
Proof.
  intros; lra.
Qed.
