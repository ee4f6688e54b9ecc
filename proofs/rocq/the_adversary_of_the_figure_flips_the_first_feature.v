From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_adversary_of_the_figure_flips_the_first_feature :
  forall E : R,
  0 < E ->
  E >= 6 -> E >= 2.
Proof.
  intros; lra.
Qed.
