"""What can be wrong with the directory; the docstring is the message."""

from ground.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownArea(NotFound):
    """No area {area} lies in your area. Look it up by name or code first."""


class AreaTaken(Conflict):
    """The code {code} belongs to another area already. Choose a code of your own."""


class AreaInCircle(Conflict):
    """Area {area} cannot hang below {parent}, because {parent} lies below it."""


class UnknownPerson(NotFound):
    """No person {person} is known in your area."""


class UnknownHousehold(NotFound):
    """No household {household} is known in your area."""


class UnknownOrganisation(NotFound):
    """No organisation {organisation} is known in your area."""


class UnknownSite(NotFound):
    """No site {site} is known in your area."""


class UnknownPost(NotFound):
    """No post {post} is known in your area."""


class UnknownAddress(NotFound):
    """No address {address} is known in your area."""


class NotAPhoneNumber(Invalid):
    """This cannot be a phone number ({why}). Write it with its country code, such as +86 or +1."""


class UnknownGateway(NotFound):
    """No gateway {gateway} is known in your area."""


class GatewayTaken(Conflict):
    """The gateway code {gateway} is registered already, perhaps in another area. Choose another code."""


class UnknownOperator(NotFound):
    """No operator {operator} is known in your area."""


class OperatorDisabled(Forbidden):
    """The operator {operator} was disabled. Ask an administrator of your area."""


class ScopeTooWide(Forbidden):
    """Only who is bound by no area may do this for the whole deployment: name an area within yours."""


class UnknownImport(NotFound):
    """No import {run} is under way in your area."""


class ImportUnderWay(Conflict):
    """An import of {kind} from {source} is being taken over. Wait until it is through; if it died, abandon it."""


class ServesElsewhere(Forbidden):
    """Person {person} serves outside your area, too. Ask the office above for the code."""
