From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_adversary_can_also_flip_the_first_feature_is_refuted :
  exists eta : R, 0 < eta /\ ~ (forall E : R, 0 < E -> 2 * eta <= E -> E >= 2).
Proof.
  exists (1 / 2). split. lra. intro flips. specialize (flips 1). lra.
Qed.

Theorem the_adversary_can_also_flip_the_first_feature_exactly_when :
  forall eta : R,
  0 < eta ->
  eta >= 1 <-> (forall E : R, 0 < E -> 2 * eta <= E -> E >= 2).
Proof.
  intros eta eta_positive. split.
  - intros; lra.
  - intro flips. specialize (flips (2 * eta)). lra.
Qed.
