From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_bound_is_vacuous_for_inaccurate_classifiers_is_refuted :
  (forall delta p : R, 0 < delta -> delta < 1 -> 0 < p -> p < 1 -> 1 - p <> 0) /\
  (
  exists delta p : R, 0 < delta /\ delta < 1 /\ 0 < p /\ p < 1 /\ delta * p / (1 - p) >= 1).
Proof.
  split. intros; lra.
  exists (1 / 2), (3 / 4). repeat split; lra.
Qed.

Theorem the_bound_is_vacuous_for_inaccurate_classifiers_exactly_when :
  forall delta p : R,
  0 < delta -> delta < 1 -> 0 < p -> p < 1 ->
  p <> 0 /\ 1 - p <> 0 /\
  (
  delta < (1 - p) / p <-> delta * p / (1 - p) < 1).
Proof.
  intros delta p delta_positive delta_below p_positive p_below. split. lra. split. lra. split; intro less.
  - apply (Rmult_lt_compat_r p) in less; try lra. field_simplify in less; try lra.
    apply Rmult_lt_reg_r with (1 - p). lra. field_simplify; lra.
  - apply (Rmult_lt_compat_r (1 - p)) in less; try lra. field_simplify in less; try lra.
    apply Rmult_lt_reg_r with p. lra. field_simplify; lra.
Qed.
