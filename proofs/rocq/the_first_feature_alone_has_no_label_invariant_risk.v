(* S19: the label-invariant risk of the sign of x1 is 0 below the budget 1, and there alone. *)

From Coq Require Import Reals Lra.
From symadv Require Import words integrals lemmas phi.

Theorem the_first_feature_alone_has_no_label_invariant_risk_is_refuted :
  (forall E eta p : R, 0 < E -> 0 < eta -> 0 < p -> p < 1 -> (E > 1 \/ E < 1 \/ E = 1 /\ p >= 1 / 2 \/ E = 1 /\
    p < 1 / 2) /\ (E > 1 -> eta <> 0 /\ 1 - p <> 0 /\ 0 < p / (1 - p)) /\ (E = 1 /\ E >= 1 /\ E <= 1 /\ p < 1 /
    2 -> eta <> 0 /\ 1 - p <> 0 /\ 0 < p / (1 - p)) /\ (E = 1 /\ E >= 1 /\ p >= 1 / 2 /\ E <= 1 /\ ~ (E = 1 /\ p
    < 1 / 2) -> eta <> 0 /\ 1 - p <> 0 /\ 0 < p / (1 - p))) /\
  (
  exists E eta p : R, 0 < E /\ 0 < eta /\ 0 < p /\ p < 1 /\ ((E <= 1 /\ E < 1 -> 0 <> 0) /\ (E > 1 -> p * Phi (E
    + eta - ln (p / (1 - p)) / (2 * eta)) <> 0) /\ (E = 1 /\ E >= 1 /\ E <= 1 /\ p < 1 / 2 -> p * Phi (eta + 1 +
    ln (p / (1 - p)) / (2 * eta)) / 2 <> 0) /\ (E = 1 /\ E >= 1 /\ p >= 1 / 2 /\ E <= 1 /\ ~ (E = 1 /\ p < 1 /
    2) -> p * Phi (eta + 1 - ln (p / (1 - p)) / (2 * eta)) / 2 <> 0))).
Proof.
  split.
  - intros E eta p ? ? ? ?. split. destruct (Rtotal_order E 1) as [|[]], (Rlt_le_dec p (1 / 2)); intuition lra.
    is_defined.
  - exists 2, 1, (1 / 2). repeat split; intros; try lra.
    match goal with |- context [Phi ?z] => pose proof (Phi_positive z) end. lra.
Qed.

Theorem the_first_feature_alone_has_no_label_invariant_risk_exactly_when :
  forall E eta p : R,
  0 < E -> 0 < eta -> 0 < p -> p < 1 ->
  (E > 1 \/ E < 1 \/ E = 1 /\ p >= 1 / 2 \/ E = 1 /\ p < 1 / 2) /\ (E > 1 -> eta <> 0 /\ 1 - p <> 0 /\ 0 < p /
    (1 - p)) /\ (E = 1 /\ E >= 1 /\ E <= 1 /\ p < 1 / 2 -> eta <> 0 /\ 1 - p <> 0 /\ 0 < p / (1 - p)) /\ (E = 1
    /\ E >= 1 /\ p >= 1 / 2 /\ E <= 1 /\ ~ (E = 1 /\ p < 1 / 2) -> eta <> 0 /\ 1 - p <> 0 /\ 0 < p / (1 - p)) /\
  (
  E < 1 <-> (E <= 1 /\ E < 1 -> 0 = 0) /\ (E > 1 -> p * Phi (E + eta - ln (p / (1 - p)) / (2 * eta)) = 0) /\ (E
    = 1 /\ E >= 1 /\ E <= 1 /\ p < 1 / 2 -> p * Phi (eta + 1 + ln (p / (1 - p)) / (2 * eta)) / 2 = 0) /\ (E = 1
    /\ E >= 1 /\ p >= 1 / 2 /\ E <= 1 /\ ~ (E = 1 /\ p < 1 / 2) -> p * Phi (eta + 1 - ln (p / (1 - p)) / (2 *
    eta)) / 2 = 0)).
Proof.
  intros E eta p ? ? ? ?. split. destruct (Rtotal_order E 1) as [|[]], (Rlt_le_dec p (1 / 2)); intuition lra.
  split. is_defined. split. is_defined. split. is_defined. split.
  - intros; repeat split; intros; lra.
  - intros (_ & above & low & high). destruct (Rtotal_order E 1) as [| [one | more]]; trivial; exfalso.
    + destruct (Rlt_le_dec p (1 / 2)); [specialize (low ltac:(intuition lra)) | specialize (high ltac:(intuition lra))].
      * pose proof (Phi_positive (eta + 1 + ln (p / (1 - p)) / (2 * eta))). nra.
      * pose proof (Phi_positive (eta + 1 - ln (p / (1 - p)) / (2 * eta))). nra.
    + pose proof (Phi_positive (E + eta - ln (p / (1 - p)) / (2 * eta))). specialize (above more). nra.
Qed.
