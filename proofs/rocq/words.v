(* The words of the statements: what they mean. Nothing is proved here. *)

From Coq Require Export Reals.
#[global] Open Scope R_scope.

Definition expit (l : R) : R := 1 / (1 + exp (- l)).

Definition normal (x mean std : R) : R :=
  exp (- (x - mean) ^ 2 / (2 * std ^ 2)) / (std * sqrt (2 * PI)).

Definition laplace (x mean scale : R) : R :=
  exp (- Rabs (x - mean) / scale) / (2 * scale).
