From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_support_is_the_two_points :
  forall gap x : R,
  0 < gap ->
  x = 0 \/ x = gap <-> x ^ 2 = 0 \/ (- gap + x) ^ 2 = 0.
Proof.
  intros gap x gap_positive. split.
  - intros [-> | ->]; [left | right]; ring.
  - intros [zero | zero]; [left | right]; nra.
Qed.
