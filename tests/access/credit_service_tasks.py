"""A record of every model of the service addon, and how each public method is called.

Built on the stage of the tiering addon: the same bank, the same two places.
"""

from .credit_client_tiering import PLACES
from .credit_client_tiering import Stage as TieringStage
from .generic import GenericSamples


class Stage(GenericSamples, TieringStage):
    engine = ()
    engine_fields = {}
    steered = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, model in sorted(cls.env.items()):
            if not name.startswith("credit.") or model._abstract or name in cls.samples:
                continue
            for place in PLACES if cls.is_placed(model) else ("own",):
                cls.sample_of(name, place)
        cls.env.flush_all()
        cls.env.invalidate_all()
