From Coq Require Import Psatz.
From symadv Require Import words.

Theorem an_attack_may_leave_the_support_is_refuted :
  exists E gap : R, 0 < E /\ 0 < gap /\ ~ (exists x x_adv : R, x = 0 /\ x_adv <> 0 /\ x_adv <> gap /\ Rabs (x -
    x_adv) <= E /\ gap / 2 - x >= 0 /\ gap / 2 - x_adv < 0 \/ x_adv <> 0 /\ x_adv <> gap /\ gap - x = 0 /\ Rabs
    (x - x_adv) <= E /\ gap / 2 - x_adv >= 0 /\ gap / 2 - x < 0).
Proof.
  exists (1 / 2), 2. repeat split; try lra. intros (x & x_adv & found). split_Rabs; lra.
Qed.

Theorem an_attack_may_leave_the_support_exactly_when :
  forall E gap : R,
  0 < E -> 0 < gap ->
  gap / 2 <= E <-> (exists x x_adv : R, x = 0 /\ x_adv <> 0 /\ x_adv <> gap /\ Rabs (x - x_adv) <= E /\ gap / 2
    - x >= 0 /\ gap / 2 - x_adv < 0 \/ x_adv <> 0 /\ x_adv <> gap /\ gap - x = 0 /\ Rabs (x - x_adv) <= E /\ gap
    / 2 - x_adv >= 0 /\ gap / 2 - x < 0).
Proof.
  intros E gap E_positive gap_positive. split.
  - intro large. exists gap, (gap / 2). right. split_Rabs; lra.
  - intros (x & x_adv & found). split_Rabs; lra.
Qed.
