(* G6: Bayes after a selection has no label-invariant adversarial example by the same selection. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_bayes_rule_has_none_when_both_select_the_same_point :
  forall q0 q1 q2 : R,
  (q1 >= q0 /\ q1 >= q2 -> ~ (q0 > q1 /\ q0 > q2)) /\ (q2 >= q0 /\ q2 >= q1 -> ~ (q0 > q1 /\ q0 > q2)).
Proof.
  intros; split; intros; lra.
Qed.
