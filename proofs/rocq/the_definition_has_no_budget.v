From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_definition_has_no_budget :
  forall gap t x x_adv x_other : R,
  0 < gap ->
  (t - x >= 0 /\ t - x_other >= 0 -> gap - 2 * x_adv >= 0 /\ t - x >= 0 /\ t - x_adv < 0 <-> gap - 2 * x_adv >=
    0 /\ t - x_other >= 0 /\ t - x_adv < 0) /\ (t - x < 0 /\ t - x_other < 0 -> t - x_adv >= 0 /\ gap - 2 *
    x_adv < 0 /\ t - x < 0 <-> t - x_adv >= 0 /\ gap - 2 * x_adv < 0 /\ t - x_other < 0).
Proof.
  intros; lra.
Qed.
