(* G7: with some nearest point for every one, Bayes after projection has an example. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_bayes_rule_has_none_when_some_nearest_point_counts_is_refuted :
  exists q0 q1 s0 s1 : R, q0 >= 0 /\ q1 >= 0 /\ s0 >= 0 /\ s1 >= 0 /\ q0 + q1 = 1 /\ s0 + s1 = 1 /\ ~ (q1 >= q0
    -> ~ (q0 > q1 \/ s0 > s1)).
Proof.
  exists 0, 1, 1, 0. repeat split; lra.
Qed.
