(* The orders between the definitions, for every distribution, every classifier, any set of labels, and every adversary
   that may stay put. The claims of proofs/general say the same of the types of two points; they follow by letting X be
   these two points. *)

From symadv Require Import words definitions.

Section Orders.

Variables (X L : Type) (f : X -> L) (C : L -> X -> Prop) (reach : X -> X -> Prop).
Hypothesis stays : forall x : X, reach x x.

Notation vulnerable := (vulnerable X L reach).
Notation misclassification := (misclassification X L f).
Notation boundary := (boundary X L f).
Notation adversarial_loss := (adversarial_loss X L f).
Notation prediction_change := (prediction_change X L f).
Notation corrupted_instance := (corrupted_instance X L f C).
Notation error_region := (error_region X L f C).
Notation label_invariant := (label_invariant X L f C).
Notation base_classifier := (base_classifier X L f C).

Proposition adversarial_loss_is_misclassification_or_boundary (y : L) (x : X) :
  vulnerable adversarial_loss y x <-> vulnerable misclassification y x \/ vulnerable boundary y x.
Proof.
  split.
  - intros (x_adv & near & wrong). destruct (classic (f x = y)) as [right | wrong_here].
    + right. now exists x_adv.
    + left. now exists x_adv.
  - intros [(x_adv & _ & wrong) | (x_adv & near & _ & wrong)].
    + now exists x.
    + now exists x_adv.
Qed.

Proposition adversarial_loss_is_misclassification_or_prediction_change (y : L) (x : X) :
  vulnerable adversarial_loss y x -> vulnerable misclassification y x \/ vulnerable prediction_change y x.
Proof.
  intros (x_adv & near & wrong). destruct (classic (f x = y)) as [<- | wrong_here].
  - right. exists x_adv. split; trivial. now exists (f x).
  - left. now exists x_adv.
Qed.

Proposition prediction_change_is_adversarial_loss (y : L) (x : X) :
  vulnerable prediction_change y x -> vulnerable adversarial_loss y x.
Proof.
  intros (x_adv & near & c & here & there). destruct (classic (f x = y)) as [right | wrong].
  - exists x_adv. split; trivial. unfold definitions.adversarial_loss. congruence.
  - now exists x.
Qed.

Proposition label_invariant_is_boundary (y : L) (x : X) :
  vulnerable label_invariant y x -> vulnerable boundary y x.
Proof. intros (x_adv & near & right & wrong & _). now exists x_adv. Qed.

Proposition label_invariant_is_prediction_change (y : L) (x : X) :
  vulnerable label_invariant y x -> vulnerable prediction_change y x.
Proof. intros (x_adv & near & right & wrong & _). exists x_adv. split; trivial. now exists y. Qed.

Proposition label_invariant_is_error_region (y : L) (x : X) :
  vulnerable label_invariant y x -> vulnerable error_region y x.
Proof. intros (x_adv & near & _ & wrong & label). exists x_adv. split; trivial. now exists y. Qed.

Proposition base_classifier_is_prediction_change (y : L) (x : X) :
  vulnerable base_classifier y x -> vulnerable prediction_change y x.
Proof. intros (x_adv & near & c & right & _ & _ & wrong). exists x_adv. split; trivial. now exists c. Qed.

Proposition base_classifier_is_error_region (y : L) (x : X) :
  vulnerable base_classifier y x -> vulnerable error_region y x.
Proof. intros (x_adv & near & c & _ & _ & label & wrong). exists x_adv. split; trivial. now exists c. Qed.

Proposition base_classifier_is_corrupted_instance (y : L) (x : X) :
  vulnerable base_classifier y x -> vulnerable corrupted_instance y x.
Proof. intros (x_adv & near & c & _ & label & _ & wrong). exists x_adv. split; trivial. now exists c. Qed.

(* With the label that the classifier says: where it is the Bayes label too. *)
Proposition base_classifier_is_label_invariant_for_its_own_label (y : L) (x : X) :
  vulnerable base_classifier y x -> vulnerable label_invariant (f x) x /\ C (f x) x.
Proof.
  intros (x_adv & near & c & right & label & label_there & wrong). rewrite right. split; trivial.
  now exists x_adv.
Qed.

(* Whoever says the Bayes label wherever there is one has no label-invariant adversarial example, at any budget. *)
Proposition the_bayes_label_leaves_nothing (y : L) (x x_adv : X) :
  (forall c : L, C c x_adv -> f x_adv = c) -> ~ label_invariant y x x_adv.
Proof. intros bayes (_ & wrong & label). now apply wrong, bayes. Qed.

End Orders.
