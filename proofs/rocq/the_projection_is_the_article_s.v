From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_projection_is_the_article_s :
  forall gap x : R,
  0 < gap ->
  (gap - 2 * x >= 0 <-> Rabs (gap - x) >= Rabs x) /\ (gap - 2 * x < 0 <-> Rabs (gap - x) < Rabs x) /\ (Rabs (gap
    - x) >= Rabs x -> x ^ 2 <= (- gap + x) ^ 2) /\ (Rabs (gap - x) < Rabs x -> (- gap + x) ^ 2 <= x ^ 2).
Proof.
  intros gap x gap_positive. repeat split; intro; split_Rabs; nra.
Qed.
