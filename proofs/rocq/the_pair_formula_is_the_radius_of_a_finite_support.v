(* G11: within 5/4 of each of the four points the label does not change. *)

From Coq Require Import Reals Lra.
From symadv Require Import words lemmas.

Theorem the_pair_formula_is_the_radius_of_a_finite_support_is_refuted :
  ~ (exists x1 x2 : R, Rabs x1 <= 5 / 4 /\ Rabs x2 <= 5 / 4 /\ ~ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 < 0 /\ - 3 * x1
    + x2 + 4 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 - 3 < 0 /\ 3 * x1 + x2 - 5 < 0) \/ Rabs x1 <= 5 / 4 /\ Rabs (x2 -
    1) <= 5 / 4 /\ ~ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 < 0 /\ - 3 * x1 + x2 + 4 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 -
    3 < 0 /\ 3 * x1 + x2 - 5 < 0) \/ Rabs x2 <= 5 / 4 /\ Rabs (x1 - 3) <= 5 / 4 /\ ~ (2 * x2 - 1 >= 0 /\ 2 * x1
    - 3 > 0 /\ 3 * x1 + x2 - 5 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 - 3 > 0 /\ - 3 * x1 + x2 + 4 < 0) \/ Rabs (x1 -
    3) <= 5 / 4 /\ Rabs (x2 - 1) <= 5 / 4 /\ ~ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 > 0 /\ 3 * x1 + x2 - 5 > 0 \/ 2 *
    x2 - 1 <= 0 /\ 2 * x1 - 3 > 0 /\ - 3 * x1 + x2 + 4 < 0)).
Proof.
  intros (x1 & x2 & [(a & b & other) | [(a & b & other) | [(a & b & other) | (a & b & other)]]]);
    apply within in a, b; apply other; destruct (Rle_or_lt (1 / 2) x2); (left; lra) || (right; lra).
Qed.
