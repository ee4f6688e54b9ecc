From Coq Require Import Psatz.
From symadv Require Import words.

Theorem perturbations_up_to_half_the_gap_keep_the_label :
  forall E gap : R,
  0 < E -> 0 < gap ->
  gap / 2 > E ->
  forall x : R, (Rabs x <= E -> gap - 2 * x >= 0) /\ (Rabs (gap - x) <= E -> gap - 2 * x < 0).
Proof.
  intros E gap E_positive gap_positive small x. split; intro near; split_Rabs; lra.
Qed.
