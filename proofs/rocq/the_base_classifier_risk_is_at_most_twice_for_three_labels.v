(* G9: with three labels the factor two is too small. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_base_classifier_risk_is_at_most_twice_for_three_labels_is_refuted :
  exists q0 q1 q2 r1 r2 r4 r6 r8 r9 : R, 0 < q0 /\ q0 < 1 /\ 0 < q1 /\ q1 < 1 /\ 0 < q2 /\ q2 < 1 /\ (q0 + q1 +
    q2 = 1 /\ ~ ((q0 > q1 /\ q0 > q2 -> (r4 > 0 \/ r8 > 0 -> (~ (r4 > 0 \/ r8 > 0) -> 1 <= 0) /\ (r4 > 0 \/ r8 >
    0 -> 1 <= 2 * q0)) /\ (~ (r4 > 0 \/ r8 > 0) -> (~ (r4 > 0 \/ r8 > 0) -> 0 <= 0) /\ (r4 > 0 \/ r8 > 0 -> 0 <=
    2 * q0))) /\ (q1 > q0 /\ q1 > q2 -> (r1 > 0 \/ r9 > 0 -> (~ (r1 > 0 \/ r9 > 0) -> 1 <= 0) /\ (r1 > 0 \/ r9 >
    0 -> 1 <= 2 * q1)) /\ (~ (r1 > 0 \/ r9 > 0) -> (~ (r1 > 0 \/ r9 > 0) -> 0 <= 0) /\ (r1 > 0 \/ r9 > 0 -> 0 <=
    2 * q1))) /\ (q2 > q0 /\ q2 > q1 -> (r2 > 0 \/ r6 > 0 -> (~ (r2 > 0 \/ r6 > 0) -> 1 <= 0) /\ (r2 > 0 \/ r6 >
    0 -> 1 <= 2 * q2)) /\ (~ (r2 > 0 \/ r6 > 0) -> (~ (r2 > 0 \/ r6 > 0) -> 0 <= 0) /\ (r2 > 0 \/ r6 > 0 -> 0 <=
    2 * q2))))).
Proof.
  exists (7 / 15), (1 / 3), (1 / 5), 1, 1, 1, 0, 0, 0. repeat split; lra.
Qed.
