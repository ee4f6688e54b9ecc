(* G8: the base-classifier risk is at most twice the label-invariant one for two labels. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_base_classifier_risk_is_at_most_twice_the_label_invariant_one :
  forall q0 q1 r1 r3 : R,
  0 < q0 -> q0 < 1 -> 0 < q1 -> q1 < 1 ->
  q0 + q1 = 1 ->
  (q0 > q1 -> (r3 <= 0 -> (r3 <= 0 -> 0 <= 0) /\ (r3 > 0 -> 0 <= 2 * q0)) /\ (r3 > 0 -> (r3 <= 0 -> 1 <= 0) /\
    (r3 > 0 -> 1 <= 2 * q0))) /\ (q1 > q0 -> (r1 <= 0 -> (r1 <= 0 -> 0 <= 0) /\ (r1 > 0 -> 0 <= 2 * q1)) /\ (r1
    > 0 -> (r1 <= 0 -> 1 <= 0) /\ (r1 > 0 -> 1 <= 2 * q1))).
Proof.
  intros; repeat split; intros; lra.
Qed.
