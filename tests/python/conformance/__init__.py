"""Every operation of every AWS service, over the wire, against botocore's own serialisers and parsers."""
