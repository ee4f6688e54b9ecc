(* T4: the sign of x1 attains the bound with budgets below 1 alone. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_first_feature_attains_the_bound_is_refuted :
  (forall E p : R, 0 < E -> 0 < p -> p < 1 -> (E = 1 \/ E > 1 \/ E < 1)) /\
  (
  exists E p : R, 0 < E /\ 0 < p /\ p < 1 /\ ((E > 1 -> 0 <> p) /\ (E <= 1 /\ E < 1 -> p <> p) /\ (E = 1 /\ E >=
    1 /\ E <= 1 -> (p - 2) / 2 + 1 <> p))).
Proof.
  split.
  - intros. lra.
  - exists 2, (1 / 2). repeat split; intros; lra.
Qed.

Theorem the_first_feature_attains_the_bound_exactly_when :
  forall E p : R,
  0 < E -> 0 < p -> p < 1 ->
  (E = 1 \/ E > 1 \/ E < 1) /\
  (
  E < 1 <-> (E > 1 -> 0 = p) /\ (E <= 1 /\ E < 1 -> p = p) /\ (E = 1 /\ E >= 1 /\ E <= 1 -> (p - 2) / 2 + 1 = p)).
Proof.
  intros E p. split. lra. split.
  - intros; repeat split; intros; lra.
  - intros (above & _ & at_one). destruct (Rtotal_order E 1) as [|[]]; trivial.
    + assert ((p - 2) / 2 + 1 = p) by (apply at_one; lra). lra.
    + assert (0 = p) by (apply above; lra). lra.
Qed.
