From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_max_margin_threshold_is_the_only_robust_one_is_refuted :
  exists gap t : R, 0 < gap /\ 0 < t /\ (t < gap /\ ~ (forall x x_adv : R, ~ (x = 0 /\ gap - 2 * x_adv >= 0 /\ t
    - x >= 0 /\ t - x_adv < 0 \/ gap - x = 0 /\ t - x_adv >= 0 /\ gap - 2 * x_adv < 0 /\ t - x < 0))).
Proof.
  exists 3, 1. repeat split; try lra. intro robust. apply (robust 0 (3 / 2)). lra.
Qed.

Theorem the_max_margin_threshold_is_the_only_robust_one_exactly_when :
  forall gap t : R,
  0 < gap -> 0 < t ->
  t < gap ->
  t = gap / 2 <-> (forall x x_adv : R, ~ (x = 0 /\ gap - 2 * x_adv >= 0 /\ t - x >= 0 /\ t - x_adv < 0 \/ gap -
    x = 0 /\ t - x_adv >= 0 /\ gap - 2 * x_adv < 0 /\ t - x < 0)).
Proof.
  intros gap t gap_positive t_positive accurate. split.
  - intros; lra.
  - intro robust. destruct (Rtotal_order t (gap / 2)) as [less | [same | more]].
    + exfalso. apply (robust 0 (gap / 2)). lra.
    + assumption.
    + exfalso. apply (robust gap t). lra.
Qed.
