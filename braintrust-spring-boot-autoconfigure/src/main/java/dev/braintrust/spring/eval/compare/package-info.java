/**
 * What an experiment is compared with, and how its scores differ from that.
 */
@NullMarked
package dev.braintrust.spring.eval.compare;

import org.jspecify.annotations.NullMarked;
