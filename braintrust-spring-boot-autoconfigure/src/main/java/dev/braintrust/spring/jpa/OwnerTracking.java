package dev.braintrust.spring.jpa;

/**
 * Hibernate's side of {@link TraceContextColumns}. An entity that is enhanced at build
 * time registers itself with its embedded objects, and fails if they do not take part. No
 * class can implement an interface that may be missing, so this interface is empty, and
 * {@link HibernateOwnerTrackingDefinition} puts one that extends
 * {@link HibernateOwnerTracking} in its place if the application has Hibernate.
 */
interface OwnerTracking {

}
