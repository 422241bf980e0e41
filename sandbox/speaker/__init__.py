"""Village loudspeaker gateways: boxes that believe a public key and nothing else, and say how far they got."""
