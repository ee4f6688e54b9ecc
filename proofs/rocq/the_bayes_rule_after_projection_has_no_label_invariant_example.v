(* G5: Bayes after projection has no label-invariant adversarial example; bayes.v says it for any labels and points. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_bayes_rule_after_projection_has_no_label_invariant_example :
  forall q0 q1 q2 s0 s1 s2 : R,
  (q1 >= q0 /\ q1 >= q2 -> ~ (q0 > q1 /\ q0 > q2 /\ s0 > s1 /\ s0 > s2)) /\ (q2 >= q0 /\ q2 >= q1 -> ~ (q0 > q1
    /\ q0 > q2 /\ s0 > s1 /\ s0 > s2)).
Proof.
  intros; split; intros; lra.
Qed.
