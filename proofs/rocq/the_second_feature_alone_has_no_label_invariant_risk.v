(* S19: the label-invariant risk of the sign of x2 is 0 exactly at p = 1/2. *)

From Coq Require Import Reals Lra.
From symadv Require Import words integrals lemmas phi.

Theorem the_second_feature_alone_has_no_label_invariant_risk_is_refuted :
  (forall E eta p : R, 0 < E -> 0 < eta -> 0 < p -> p < 1 -> (p = 1 / 2 \/ E <= 1 /\ p > 1 / 2 \/ E <= 1 /\ p <
    1 / 2 \/ E > 1 /\ p <> 1 / 2)) /\
  (
  exists E eta p : R, 0 < E /\ 0 < eta /\ 0 < p /\ p < 1 /\ ((p = 1 / 2 /\ ~ (E <= 1 /\ p > 1 / 2) /\ ~ (E <= 1
    /\ p < 1 / 2) /\ ~ (E > 1 /\ p <> 1 / 2) -> 0 <> 0) /\ (E > 1 /\ p <> 1 / 2 -> - Phi (- eta) / 2 + Phi eta /
    2 - Phi (- E + eta) / 2 + Phi (E - eta) / 2 <> 0) /\ (E <= 1 /\ p < 1 / 2 /\ ~ (E > 1 /\ p <> 1 / 2) -> - (p
    - 1) * (- Phi (- eta) + Phi (E - eta)) / 2 - (p - 1) * (Phi eta - Phi (- E + eta)) / 2 <> 0) /\ (E <= 1 /\ p
    > 1 / 2 /\ ~ (E <= 1 /\ p < 1 / 2) /\ ~ (E > 1 /\ p <> 1 / 2) -> (- Phi (- eta) + Phi (E - eta)) * p / 2 +
    (Phi eta - Phi (- E + eta)) * p / 2 <> 0))).
Proof.
  split.
  - intros E eta p ? ? ? ?. destruct (Rtotal_order p (1 / 2)) as [|[]], (Rlt_le_dec 1 E); intuition lra.
  - exists 2, 1, (1 / 4). assert (Phi (- (1)) < Phi (2 - 1)) by (apply Phi_increases; lra).
    assert (Phi (- (2) + 1) < Phi 1) by (apply Phi_increases; lra).
    repeat split; intros; lra.
Qed.

Theorem the_second_feature_alone_has_no_label_invariant_risk_exactly_when :
  forall E eta p : R,
  0 < E -> 0 < eta -> 0 < p -> p < 1 ->
  (p = 1 / 2 \/ E <= 1 /\ p > 1 / 2 \/ E <= 1 /\ p < 1 / 2 \/ E > 1 /\ p <> 1 / 2) /\
  (
  p = 1 / 2 <-> (p = 1 / 2 /\ ~ (E <= 1 /\ p > 1 / 2) /\ ~ (E <= 1 /\ p < 1 / 2) /\ ~ (E > 1 /\ p <> 1 / 2) -> 0
    = 0) /\ (E > 1 /\ p <> 1 / 2 -> - Phi (- eta) / 2 + Phi eta / 2 - Phi (- E + eta) / 2 + Phi (E - eta) / 2 =
    0) /\ (E <= 1 /\ p < 1 / 2 /\ ~ (E > 1 /\ p <> 1 / 2) -> - (p - 1) * (- Phi (- eta) + Phi (E - eta)) / 2 -
    (p - 1) * (Phi eta - Phi (- E + eta)) / 2 = 0) /\ (E <= 1 /\ p > 1 / 2 /\ ~ (E <= 1 /\ p < 1 / 2) /\ ~ (E >
    1 /\ p <> 1 / 2) -> (- Phi (- eta) + Phi (E - eta)) * p / 2 + (Phi eta - Phi (- E + eta)) * p / 2 = 0)).
Proof.
  intros E eta p ? ? ? ?. assert (Phi (- eta) < Phi (E - eta)) by (apply Phi_increases; lra).
  assert (Phi (- E + eta) < Phi eta) by (apply Phi_increases; lra). split.
  - destruct (Rtotal_order p (1 / 2)) as [|[]], (Rlt_le_dec 1 E); intuition lra.
  - split.
    + intro half; repeat split; intros; lra.
    + intros (_ & above & low & high). destruct (Req_dec p (1 / 2)) as [| other]; trivial; exfalso.
      destruct (Rlt_le_dec 1 E); [specialize (above ltac:(intuition lra)); lra |]. destruct (Rlt_le_dec p (1 / 2)).
      * specialize (low ltac:(intuition lra)). nra.
      * specialize (high ltac:(intuition lra)). nra.
Qed.
