(* The definitions of adversarial example, over any points and any labels. Each is generated from the member of its name in
   symadv/definitions: f is the classifier, C c x says that c is, strictly, the Bayes label of the projection of x. *)

From Coq Require Export Classical.

Section Definitions.

Variables (X L : Type) (f : X -> L) (C : L -> X -> Prop).

Definition misclassification (y : L) (x x_adv : X) : Prop := f x <> y.

Definition boundary (y : L) (x x_adv : X) : Prop := f x = y /\ f x_adv <> y.

Definition adversarial_loss (y : L) (x x_adv : X) : Prop := f x_adv <> y.

Definition corrupted_instance (y : L) (x x_adv : X) : Prop := exists c : L, C c x /\ f x_adv <> c.

Definition prediction_change (y : L) (x x_adv : X) : Prop := exists c : L, f x = c /\ f x_adv <> c.

Definition error_region (y : L) (x x_adv : X) : Prop := exists c : L, C c x_adv /\ f x_adv <> c.

Definition label_invariant (y : L) (x x_adv : X) : Prop := f x = y /\ f x_adv <> y /\ C y x_adv.

Definition base_classifier (y : L) (x x_adv : X) : Prop :=
  exists c : L, f x = c /\ C c x /\ C c x_adv /\ f x_adv <> c.

Definition invariance (y : L) (x x_adv : X) : Prop :=
  exists c c' : L, f x = c /\ C c x /\ f x_adv = c /\ C c' x_adv /\ c <> c'.

(* What the adversary may do: a sample (x, y) is vulnerable when a point in reach is adversarial for it. *)
Definition vulnerable (reach : X -> X -> Prop) (adversarial : L -> X -> X -> Prop) (y : L) (x : X) : Prop :=
  exists x_adv : X, reach x x_adv /\ adversarial y x x_adv.

End Definitions.
