(* Bayes after projection, for every distribution: post c z is the posterior of the label c at z, nearest x z says that z
   is a point of the support nearest to x. Nothing else is known of either. *)

From Coq Require Import Lra Classical.
From symadv Require Import words definitions orders.

Section Bayes.

Variables (X L : Type) (nearest : X -> X -> Prop) (post : L -> X -> R) (f : X -> L).

Definition strictly (c : L) (z : X) : Prop := forall other : L, other <> c -> post c z > post other z.

(* The three tie rules: the label of x where all of its nearest points agree, where some say so, of a selected one. *)
Definition every (c : L) (x : X) : Prop := forall z : X, nearest x z -> strictly c z.
Definition some (c : L) (x : X) : Prop := exists z : X, nearest x z /\ strictly c z.
Definition first (pi : X -> X) (c : L) (x : X) : Prop := strictly c (pi x).

(* f says a label of largest posterior at one of the nearest points, whichever. *)
Definition projected_bayes : Prop :=
  forall x : X, exists z : X, nearest x z /\ forall c : L, post (f x) z >= post c z.

Proposition largest_is_strict (c : L) (x z : X) :
  strictly c z -> post (f x) z >= post c z -> f x = c.
Proof. intros strict largest. apply NNPP. intro other. specialize (strict (f x) other). lra. Qed.

Proposition bayes_is_robust_by_every (reach : X -> X -> Prop) (y : L) (x : X) :
  projected_bayes -> ~ vulnerable X L reach (label_invariant X L f every) y x.
Proof.
  intros bayes (x_adv & _ & adversarial). revert adversarial. apply the_bayes_label_leaves_nothing.
  intros c label. destruct (bayes x_adv) as (z & near & largest).
  apply largest_is_strict with z. now apply label. apply largest.
Qed.

(* By a selection, when f uses the same one. *)
Proposition bayes_is_robust_by_first (reach : X -> X -> Prop) (pi : X -> X) (y : L) (x : X) :
  (forall (at_x : X) (c : L), post (f at_x) (pi at_x) >= post c (pi at_x)) ->
  ~ vulnerable X L reach (label_invariant X L f (first pi)) y x.
Proof.
  intros bayes (x_adv & _ & adversarial). revert adversarial. apply the_bayes_label_leaves_nothing.
  intros c label. now apply largest_is_strict with (pi x_adv).
Qed.

End Bayes.

(* By "some nearest point" it is false: two points with different labels, and their midpoint None. *)
Proposition bayes_is_not_robust_by_some :
  exists (nearest : option bool -> option bool -> Prop) (post : bool -> option bool -> R) (f : option bool -> bool),
    projected_bayes _ _ nearest post f /\
    exists (y : bool) (x x_adv : option bool), label_invariant _ _ f (some _ _ nearest post) y x x_adv.
Proof.
  exists (fun x z => exists b : bool, z = Some b /\ match x with Some at_x => at_x = b | None => True end).
  exists (fun c z => match z with Some b => if Bool.eqb c b then 1 else 0 | None => 0 end).
  exists (fun x => match x with Some b => b | None => false end). split.
  - intros [at_x |].
    + exists (Some at_x). split. now exists at_x. intro c. destruct c, at_x; cbn; lra.
    + exists (Some false). split. now exists false. intros []; cbn; lra.
  - exists true, (Some true), None. repeat split; try easy.
    exists (Some true). split. now exists true. intros [] other; [easy | cbn; lra].
Qed.
