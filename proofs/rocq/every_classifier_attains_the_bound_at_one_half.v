From Coq Require Import Psatz.
From symadv Require Import words.

Theorem every_classifier_attains_the_bound_at_one_half_is_refuted :
  (forall p : R, 0 < p -> p < 1 -> (forall ma1 ma2 mb1 mb2 : R, (ma1 >= 0 /\ ma2 >= 0 /\ mb1 >= 0 /\ mb2 >= 0 /\
    ma1 <= 1 /\ ma2 <= 1 /\ mb1 <= 1 /\ mb2 <= 1 -> 1 - p <> 0))) /\
  (
  exists p : R, 0 < p /\ p < 1 /\ ~ (forall ma1 ma2 mb1 mb2 : R, ma1 >= 0 /\ ma2 >= 0 /\ mb1 >= 0 /\ mb2 >= 0 /\
    ma1 <= 1 /\ ma2 <= 1 /\ mb1 <= 1 /\ mb2 <= 1 -> (1 / 2 - p / 2) * ma1 + mb1 * p / 2 + (1 - ma2) * p / 2 + (1
    - mb2) * (1 / 2 - p / 2) = (- (1 / 2 - p / 2) * ma2 - mb2 * p / 2 - (1 - ma1) * p / 2 - (1 - mb1) * (1 / 2 -
    p / 2) + 1) * p / (1 - p))).
Proof.
  split. intros; lra.
  exists (1 / 3). split. lra. split. lra. intro bound. specialize (bound 0 0 0 0). lra.
Qed.

Theorem every_classifier_attains_the_bound_at_one_half_exactly_when :
  forall p : R,
  0 < p -> p < 1 ->
  (forall ma1 ma2 mb1 mb2 : R, (ma1 >= 0 /\ ma2 >= 0 /\ mb1 >= 0 /\ mb2 >= 0 /\ ma1 <= 1 /\ ma2 <= 1 /\ mb1 <= 1
    /\ mb2 <= 1 -> 1 - p <> 0)) /\
  (
  p = 1 / 2 <-> (forall ma1 ma2 mb1 mb2 : R, ma1 >= 0 /\ ma2 >= 0 /\ mb1 >= 0 /\ mb2 >= 0 /\ ma1 <= 1 /\ ma2 <=
    1 /\ mb1 <= 1 /\ mb2 <= 1 -> (1 / 2 - p / 2) * ma1 + mb1 * p / 2 + (1 - ma2) * p / 2 + (1 - mb2) * (1 / 2 -
    p / 2) = (- (1 / 2 - p / 2) * ma2 - mb2 * p / 2 - (1 - ma1) * p / 2 - (1 - mb1) * (1 / 2 - p / 2) + 1) * p /
    (1 - p))).
Proof.
  intros p p_positive p_below. split. intros; lra. split.
  - intros -> ma1 ma2 mb1 mb2 masses. field.
  - intro bound. specialize (bound 0 0 0 0 ltac:(lra)).
    assert (crossed : forall a b : R, a = b / (1 - p) -> a * (1 - p) = b) by (intros a b ->; field; lra).
    apply crossed in bound. nra.
Qed.
