From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_other_point_fools_every_separating_classifier :
  forall f0 f1 : R,
  f0 = 1 /\ f1 = - 1 -> f1 <> 1.
Proof.
  intros; lra.
Qed.
