/**
 * Guards calls against what observes them, and switches a project off once libraries turn
 * out not to fit together, and says so.
 */
@NullMarked
package dev.braintrust.spring.linkage;

import org.jspecify.annotations.NullMarked;
