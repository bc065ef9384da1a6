package com.example.shop;

import java.util.HashMap;
import java.util.Map;

import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/**
 * An entity with a lazy reference, which is bidirectional, and a getter that would load
 * it.
 */
@Entity
public class Purchase {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	private String article;

	@ManyToOne(fetch = FetchType.LAZY)
	private Customer customer;

	@ElementCollection
	private Map<String, String> tags = new HashMap<>();

	protected Purchase() {
	}

	public Purchase(Customer customer, String article) {
		this.customer = customer;
		this.article = article;
	}

	public Long getId() {
		return this.id;
	}

	public String getArticle() {
		return this.article;
	}

	public Customer getCustomer() {
		return this.customer;
	}

	public Map<String, String> getTags() {
		return this.tags;
	}

	public String getCustomerName() {
		return this.customer.getName();
	}

}
