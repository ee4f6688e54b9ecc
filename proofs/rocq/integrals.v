(* The words of statements with integrals, in Coquelicot's sense. Nothing is proved here. *)

From Coquelicot Require Export Coquelicot.
From symadv Require Import words.
#[global] Open Scope R_scope.

Definition Phi (z : R) : R :=
  RInt_gen (fun t : R => normal t 0 1) (Rbar_locally m_infty) (at_point z).
