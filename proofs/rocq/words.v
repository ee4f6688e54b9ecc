(* The words of the statements: what they mean. Nothing is proved here. *)

From Coq Require Export Reals.
From Coquelicot Require Export Coquelicot.
#[export] Set Warnings "-ambiguous-paths".
#[global] Open Scope R_scope.

Definition expit (l : R) : R := 1 / (1 + exp (- l)).

Definition normal (x mean std : R) : R :=
  exp (- (x - mean) ^ 2 / (2 * std ^ 2)) / (std * sqrt (2 * PI)).

Definition laplace (x mean scale : R) : R :=
  exp (- Rabs (x - mean) / scale) / (2 * scale).

Definition Phi (z : R) : R :=
  RInt_gen (fun t : R => normal t 0 1) (Rbar_locally m_infty) (at_point z).
