package dev.braintrust.spring.jpa;

/**
 * Hibernate's side of {@link TraceContextColumns}. An entity that is enhanced at build
 * time registers itself with its embedded objects, and fails if they do not support it. A
 * class cannot implement an interface that may be missing, so this interface is empty. If
 * the application has Hibernate, {@link HibernateOwnerTrackingDefinition} replaces it
 * with one that extends {@link HibernateOwnerTracking}.
 */
interface OwnerTracking {

}
