From Coq Require Import Psatz.
From symadv Require Import words.

Theorem misclassified_samples_are_vulnerable_without_staying_put_is_refuted :
  exists r0 r1 r2 r3 r4 r5 : R, ~ (r0 > 0 \/ r1 > 0 \/ r2 > 0 \/ r3 > 0 \/ r4 > 0 \/ r5 > 0 -> r3 > 0 \/ r4 > 0
    \/ r5 > 0).
Proof.
  exists 1, 0, 0, 0, 0, 0. lra.
Qed.
