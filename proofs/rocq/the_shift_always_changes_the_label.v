From symadv Require Import words lemmas.

Theorem the_shift_always_changes_the_label_is_refuted :
  (forall eta p : R, 0 < eta -> 0 < p -> p < 1 -> (forall x2 : R, 1 - p <> 0 /\ 0 < p / (1 - p))) /\
  (
  exists eta p : R, 0 < eta /\ 0 < p /\ p < 1 /\ ~ (forall x2 : R, (2 * x2 * eta + ln (p / (1 - p)) > 0 -> 2 *
    (- 2 * eta + x2) * eta + ln (p / (1 - p)) < 0) /\ (2 * x2 * eta + ln (p / (1 - p)) < 0 -> 2 * (2 * eta + x2)
    * eta + ln (p / (1 - p)) > 0) /\ (2 * x2 * eta - ln (p / (1 - p)) > 0 -> 2 * (- 2 * eta + x2) * eta - ln (p
    / (1 - p)) < 0) /\ (2 * x2 * eta - ln (p / (1 - p)) < 0 -> 2 * (2 * eta + x2) * eta - ln (p / (1 - p)) > 0))).
Proof.
  split. is_defined.
  exists 1, (1 / 2). repeat split; try lra. intro changes. specialize (changes (- 2)).
  replace (1 / 2 / (1 - 1 / 2)) with 1 in changes by field. rewrite ln_1 in changes. lra.
Qed.

Theorem the_shift_always_changes_the_label_exactly_when :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  (forall x2 : R, 1 - p <> 0 /\ 0 < p / (1 - p)) /\
  (
  ~ (forall x2 : R, (2 * x2 * eta + ln (p / (1 - p)) > 0 -> 2 * (- 2 * eta + x2) * eta + ln (p / (1 - p)) < 0)
    /\ (2 * x2 * eta + ln (p / (1 - p)) < 0 -> 2 * (2 * eta + x2) * eta + ln (p / (1 - p)) > 0) /\ (2 * x2 * eta
    - ln (p / (1 - p)) > 0 -> 2 * (- 2 * eta + x2) * eta - ln (p / (1 - p)) < 0) /\ (2 * x2 * eta - ln (p / (1 -
    p)) < 0 -> 2 * (2 * eta + x2) * eta - ln (p / (1 - p)) > 0))).
Proof.
  intros eta p ? ? ?. split. is_defined. intro changes. set (l := ln (p / (1 - p))) in *.
  destruct (changes ((4 * eta ^ 2 + 1 - l) / (2 * eta))) as (far & _).
  replace (2 * ((4 * eta ^ 2 + 1 - l) / (2 * eta)) * eta + l) with (4 * eta ^ 2 + 1) in far by (field; lra).
  replace (2 * (- 2 * eta + (4 * eta ^ 2 + 1 - l) / (2 * eta)) * eta + l) with 1 in far by (field; lra).
  pose proof (pow2_ge_0 eta). lra.
Qed.
