From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_theorem_holds_from_one_half_on_is_refuted :
  (forall p : R, 0 < p -> p < 1 -> (forall ma1 ma2 mb1 mb2 : R, (ma1 >= 0 /\ ma2 >= 0 /\ mb1 >= 0 /\ mb2 >= 0 /\
    ma1 <= 1 /\ ma2 <= 1 /\ mb1 <= 1 /\ mb2 <= 1 -> 1 - p <> 0))) /\
  (
  exists p : R, 0 < p /\ p < 1 /\ ~ (forall ma1 ma2 mb1 mb2 : R, ma1 >= 0 /\ ma2 >= 0 /\ mb1 >= 0 /\ mb2 >= 0 /\
    ma1 <= 1 /\ ma2 <= 1 /\ mb1 <= 1 /\ mb2 <= 1 -> (1 / 2 - p / 2) * ma1 + mb1 * p / 2 + (1 - ma2) * p / 2 + (1
    - mb2) * (1 / 2 - p / 2) <= (- (1 / 2 - p / 2) * ma2 - mb2 * p / 2 - (1 - ma1) * p / 2 - (1 - mb1) * (1 / 2
    - p / 2) + 1) * p / (1 - p))).
Proof.
  split. intros; lra.
  exists (1 / 3). split. lra. split. lra. intro bound. specialize (bound 0 0 0 0). lra.
Qed.

Theorem the_theorem_holds_from_one_half_on_exactly_when :
  forall p : R,
  0 < p -> p < 1 ->
  (forall ma1 ma2 mb1 mb2 : R, (ma1 >= 0 /\ ma2 >= 0 /\ mb1 >= 0 /\ mb2 >= 0 /\ ma1 <= 1 /\ ma2 <= 1 /\ mb1 <= 1
    /\ mb2 <= 1 -> 1 - p <> 0)) /\
  (
  p >= 1 / 2 <-> (forall ma1 ma2 mb1 mb2 : R, ma1 >= 0 /\ ma2 >= 0 /\ mb1 >= 0 /\ mb2 >= 0 /\ ma1 <= 1 /\ ma2 <=
    1 /\ mb1 <= 1 /\ mb2 <= 1 -> (1 / 2 - p / 2) * ma1 + mb1 * p / 2 + (1 - ma2) * p / 2 + (1 - mb2) * (1 / 2 -
    p / 2) <= (- (1 / 2 - p / 2) * ma2 - mb2 * p / 2 - (1 - ma1) * p / 2 - (1 - mb1) * (1 / 2 - p / 2) + 1) * p
    / (1 - p))).
Proof.
  intros p p_positive p_below. split. intros; lra. split.
  - intros half ma1 ma2 mb1 mb2 masses. apply Rminus_le.
    match goal with |- ?left - ?right <= 0 =>
      replace (left - right) with (- ((2 * p - 1) * (ma1 - mb2 + 1) / (2 - 2 * p))) by (field; lra) end.
    assert (0 <= (2 * p - 1) * (ma1 - mb2 + 1)) by nra.
    assert (0 <= (2 * p - 1) * (ma1 - mb2 + 1) / (2 - 2 * p)); [| lra].
    apply Rmult_le_pos. assumption. apply Rlt_le, Rinv_0_lt_compat. lra.
  - intro bound. specialize (bound 0 0 0 0 ltac:(lra)).
    assert (crossed : forall a b : R, a <= b / (1 - p) -> a * (1 - p) <= b).
    { intros a b less. apply (Rmult_le_compat_r (1 - p)) in less; [| lra].
      replace (b / (1 - p) * (1 - p)) with b in less by (field; lra). assumption. }
    apply crossed in bound. nra.
Qed.
