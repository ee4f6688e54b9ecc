From Coq Require Import Psatz.
From symadv Require Import words.

Theorem no_classifier_is_robust_under_the_adversarial_loss_is_refuted :
  exists E gap : R, 0 < E /\ 0 < gap /\ ~ (exists x : R, Rabs x <= E /\ Rabs (gap - x) <= E /\ (forall f : R, f
    <> - 1 \/ f <> 1)).
Proof.
  exists (1 / 2), (3 / 2). repeat split; try lra. intros (x & left & right & _). split_Rabs; lra.
Qed.

Theorem no_classifier_is_robust_under_the_adversarial_loss_exactly_when :
  forall E gap : R,
  0 < E -> 0 < gap ->
  gap / 2 <= E <-> (exists x : R, Rabs x <= E /\ Rabs (gap - x) <= E /\ (forall f : R, f <> - 1 \/ f <> 1)).
Proof.
  intros E gap E_positive gap_positive. split.
  - intro large. exists (gap / 2). repeat split; try (split_Rabs; lra).
    intro f. destruct (Req_dec f 1); lra.
  - intros (x & left & right & _). split_Rabs; lra.
Qed.
